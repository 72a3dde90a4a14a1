/** The result of `work`, or `late` if it takes longer than `ms` milliseconds. */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value | "late"> {
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
