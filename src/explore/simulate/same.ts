/** Whether two JSON values, as rows and answers hold them, are the same; where a member is missing, it is not the same as null. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  // Nearly all that is compared by its content is a list of texts, which is usually empty.
  if (Array.isArray(one) && Array.isArray(other) && one.length === 0) return other.length === 0;
  return JSON.stringify(one) === JSON.stringify(other);
};
