// A FastAGI server on ding-dong as it comes, that does nothing but set one variable: the floor that the guard is measured by.
import AGIServer from 'ding-dong';

const server = new AGIServer((context) => {
  context.onEvent('variables').then(() => context.setVariable('DW_VERDICT', 'allow')).then(() => context.end());
});
server.start(Number(process.argv[2]));
setTimeout(() => process.send?.('ready'), 300);
process.on('disconnect', () => process.exit(0));
