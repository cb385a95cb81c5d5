import { SCRIPT } from './script-call.ts';

/**
 * A dialplan with every way of checking a call in it, a context each; calls take the one that the global CHECK names. `idle` is the port of the server that does nothing, asked where dialwarden is asked: before
 * the call goes out, and in a hangup handler of the trunk's leg. `database` is the script's.
 */
export const dialplan = (idle: number, database: string): string => `
[from-internal]
exten => _X.,1,Goto(\${GLOBAL(CHECK)},\${EXTEN},1)

[none]
exten => _X.,1,Dial(PJSIP/\${EXTEN}@trunk,60)

[astdb]
exten => _X.,1,Set(GROUP(calls)=\${CHANNEL(endpoint)})
 same => n,GotoIf($[\${GROUP_COUNT(\${CHANNEL(endpoint)}@calls)} > 100]?refuse)
 same => n,GotoIf(\${DB_EXISTS(blocked/\${CHANNEL(endpoint)})}?refuse)
 same => n,GotoIf(\${DB_EXISTS(denied/\${EXTEN:0:4})}?refuse)
 same => n,Set(made=\${DB(made/\${CHANNEL(endpoint)})})
 same => n,GotoIf($[0\${made} > 10000]?refuse)
 same => n,Set(DB(made/\${CHANNEL(endpoint)})=$[0\${made} + 1])
 same => n,Dial(PJSIP/\${EXTEN}@trunk,60)
 same => n(refuse),Hangup(21)

[idle]
exten => _X.,1,AGI(agi://127.0.0.1:${idle}/check,\${EXTEN})
 same => n,GotoIf($["\${DW_VERDICT}" != "allow"]?refuse)
 same => n,Dial(PJSIP/\${EXTEN}@trunk,60,b(idle-leg^s^1(\${UNIQUEID})))
 same => n(refuse),Hangup(21)
[idle-leg]
exten => s,1,Set(CHANNEL(hangup_handler_push)=idle-end,s,1(\${ARG1}))
 same => n,Return()
[idle-end]
exten => s,1,AGI(agi://127.0.0.1:${idle}/end,call=\${ARG1},cause=\${HANGUPCAUSE})
 same => n,Return()

[dialwarden-calls]
exten => _X.,1,Gosub(dialwarden,check,1(\${EXTEN}))
 same => n,Dial(PJSIP/\${DW_NUMBER}@trunk,60,\${DW_DIAL})

[python]
exten => _X.,1,AGI(${SCRIPT},${database},\${EXTEN})
 same => n,GotoIf($["\${VERDICT}" != "allow"]?refuse)
 same => n,Dial(PJSIP/\${EXTEN}@trunk,60)
 same => n(refuse),Hangup(21)
`;
