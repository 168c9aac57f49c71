const convict = require('convict');
const config = convict({ port: { format: 'port', default: 80, env: 'USED_CONVICT', arg: 'TRAP_ARG' }, db: { env: "USED_CONVICT_TOO" } });
