export const Page = () => (
  <main title="process.env.TRAP_ATTRIBUTE">
    <p>Don't use process.env: it's {process.env.USED_JSX} and that's all, the users' {process.env.USED_JSX_TOO}</p>
    <a href="/x">http://example.com {process.env.USED_AFTER_URL}</a>
    {/* process.env.TRAP_JSX_COMMENT */}
    <br />{name}'s {process.env.USED_AFTER_BRACE}'s
    <b>{cond ? <i>{process.env.USED_DEEP}</i> : null}</b>
  </main>
);
