/** `session.defaultSession`: whether the app denies permissions; granting one is not implemented. */
import type { Session } from "electron";

let denied = false;

const defaultSession = {
  setPermissionRequestHandler() {
    denied = true;
  },
  setPermissionCheckHandler() {
    denied = true;
  },
} satisfies Pick<Session, "setPermissionRequestHandler" | "setPermissionCheckHandler">;

export const session = { defaultSession };

export function deniesPermissions(): boolean {
  return denied;
}
