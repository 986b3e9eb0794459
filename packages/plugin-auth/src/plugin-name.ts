/** The package's name, and the plugin's. */
export const PLUGIN_NAME = "@coapkit/plugin-auth";
