const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean => {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (!isSame(one[index], other[index])) return false;
  return true;
};

/** Whether two JSON values, as rows and answers hold them, are the same; where a member is missing, it is not the same as null. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  // Nearly all that is compared by its content is a list of texts, for which writing it out costs ten times as much.
  if (Array.isArray(one) && Array.isArray(other)) return isSameList(one, other);
  return JSON.stringify(one) === JSON.stringify(other);
};
