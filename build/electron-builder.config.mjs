/**
 * Installers for the three systems, into release/:
 *
 *     npm run build && npx electron-builder --config build/electron-builder.config.mjs
 *
 * @type {import("electron-builder").Configuration}
 */
export default {
  appId: "app.tensorloom",
  productName: "Tensorloom",
  copyright: "MIT licence",
  directories: { output: "release", buildResources: "assets/icons" },
  // Everything that runs is in the bundles, so neither sources nor packages go along.
  files: ["dist/electron/**", "dist/renderer/**", "package.json", "!**/node_modules/**"],
  asar: true,
  npmRebuild: false,
  publish: null,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations: [
    { ext: ["loom", "loom.json"], name: "Tensorloom project", mimeType: "application/x-tensorloom+json" },
  ],
  linux: {
    target: ["AppImage", "deb"],
    category: "Development",
    icon: "icon.png",
    executableName: "tensorloom",
    maintainer: "The Tensorloom authors",
  },
  win: { target: ["nsis"], icon: "icon.png" },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  mac: { target: ["dmg"], icon: "icon.png", category: "public.app-category.developer-tools" },
};
