const a = process.env[name], b = process.env[`TRAP_${name}`], c = { ...process.env }, d = spawn('x', { env: process.env });
