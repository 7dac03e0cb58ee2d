import { useEffect, useState } from "react";
import { Failed } from "@/parts/states";
import { takeKeyFromAddress, useSignInByMail, useSignInWithKey } from "./session";

/** Asks who is there: a member by mailed link, or an app's key. */
export function SignIn() {
  const byKey = useSignInWithKey();
  const byMail = useSignInByMail();
  const [email, setEmail] = useState("");
  const [key, setKey] = useState("");
  const { mutate } = byKey;
  useEffect(() => {
    const take = () => {
      const given = takeKeyFromAddress();
      if (given) mutate(given);
    };
    take();
    // Opening a sign-in link in this tab changes only the hash: nothing reloads.
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, [mutate]);
  return (
    <div className="signin">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim()) byKey.mutate(key.trim());
          else if (email.trim()) byMail.mutate(email.trim());
        }}
      >
        <h1>Sign in to Handrail</h1>
        <div className="field">
          <label htmlFor="email">E-mail</label>
          <input
            id="email"
            className="input"
            type="email"
            autoComplete="email"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <span className="hint">Members get a link that signs them in.</span>
        </div>
        <span className="or">or</span>
        <div className="field">
          <label htmlFor="key">App key</label>
          <input
            id="key"
            className="input"
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
          <span className="hint">A key with `read` or `manage`, as `hr_…`.</span>
        </div>
        {byMail.isSuccess && (
          <div className="notice" role="status">
            If {byMail.variables} is a member, a link is on its way. It works once, for
            15 minutes.
          </div>
        )}
        {byKey.isError && <Failed error={byKey.error} />}
        {byMail.isError && <Failed error={byMail.error} />}
        <button
          className="button primary"
          type="submit"
          disabled={
            byKey.isPending || byMail.isPending || !(key.trim() || email.trim())
          }
        >
          Sign in
        </button>
      </form>
    </div>
  );
}
