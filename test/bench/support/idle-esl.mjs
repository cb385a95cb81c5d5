// An event socket server on modesl as it comes, that does nothing but set one variable: the floor that the guard is measured by.
import esl from 'modesl';

const server = new esl.Server({ port: Number(process.argv[2]), host: '127.0.0.1' }, () => process.send?.('ready'));
server.on('connection::open', (connection) => {
  // modesl writes every header alone: Nagle's algorithm would hold each command for 40 ms.
  connection.socket.setNoDelay(true);
  connection.on('error', () => {});
});
server.on('connection::ready', (connection) => {
  const set = { 'call-command': 'execute', 'execute-app-name': 'set', 'execute-app-arg': 'dw_verdict=allow' };
  connection.sendRecv('sendmsg', set, () => connection.send('exit'));
});
process.on('disconnect', () => process.exit(0));
