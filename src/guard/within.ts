/**
 * What `pending` settles with, or `late()` once `ms` milliseconds have passed. What comes of `pending` afterwards is
 * dropped, also when it fails.
 */
export function within<T, L>(ms: number, pending: Promise<T>, late: () => L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), ms);
    pending.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
