/** What we use of Alpine; its package brings no types. */
declare module "@alpinejs/csp" {
  const Alpine: {
    data(name: string, made: (...args: never[]) => object): void;
    start(): void;
  };
  export default Alpine;
}
