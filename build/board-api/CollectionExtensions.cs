using System.Collections.Generic;

namespace Hub.RecordedApi;

internal static class CollectionExtensions
{
    /// <summary>Adds several items.</summary>
    public static void AddAll<T>(this ICollection<T> items, IEnumerable<T> more)
    {
        foreach (T item in more)
        {
            items.Add(item);
        }
    }
}
