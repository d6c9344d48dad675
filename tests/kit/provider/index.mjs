// A certified OpenID provider on loopback; whoever types a name at it is taken to be that.
import { randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const { ISSUER, PORT, BACK, SECRET } = process.env;
const provider = new Provider(ISSUER, {
  clients: [{ client_id: "divan", client_secret: SECRET, redirect_uris: [BACK] }],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  // "name/subject": the same name given to somebody else is another subject
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id.split("/")[0] }),
  }),
});
provider.listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
