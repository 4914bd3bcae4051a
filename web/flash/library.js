// esptool-js. build/site.sh puts the library itself in the place of this file.
export * from "./node_modules/esptool-js/bundle.js";
