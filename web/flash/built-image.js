// The image that comes with the page: none from the sources. build/site.sh writes this file where there is one.
export const builtImage = null;
