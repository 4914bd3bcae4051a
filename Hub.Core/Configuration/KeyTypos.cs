namespace Hub.Core.Configuration;

/// <summary>Finds the known key that a mistyped one was meant to be. Thread: any.</summary>
internal static class KeyTypos
{
    private const int MaxKeyLength = 40;

    /// <summary>The known key that is one or two slips away, or null; a known key is no typo of itself.</summary>
    public static string? Nearest(string key, string[] known)
    {
        if (key.Length > MaxKeyLength || IsKnown(key, known))
        {
            return null;
        }

        string? nearest = null;
        int least = int.MaxValue;
        char[] typed = Normalized(key);
        foreach (string candidate in known)
        {
            int distance = Distance(typed, candidate.ToCharArray());

            // Among short words everything is near everything: "ip" is no mistyped "id".
            int allowed = candidate.Length / 3 > 2 ? 2 : candidate.Length / 3;
            if (distance <= allowed && distance < least)
            {
                nearest = candidate;
                least = distance;
            }
        }

        return nearest;
    }

    /// <summary>True when the key is in the set.</summary>
    public static bool IsKnown(string key, string[] known)
    {
        foreach (string candidate in known)
        {
            if (candidate == key)
            {
                return true;
            }
        }

        return false;
    }

    private static char[] Normalized(string key)
    {
        char[] chars = key.ToLower().ToCharArray();
        for (int i = 0; i < chars.Length; i++)
        {
            if (chars[i] == '-')
            {
                chars[i] = '_';
            }
        }

        return chars;
    }

    /// <summary>Optimal string alignment distance: insert, delete, replace, or swap two neighbours.</summary>
    private static int Distance(char[] a, char[] b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int best = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                best = Least(best, last[j] + 1);
                best = Least(best, row[j - 1] + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Least(best, beforeLast[j - 2] + 1);
                }

                row[j] = best;
            }

            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }

        return last[b.Length];
    }

    private static int Least(int a, int b) => a < b ? a : b;
}
