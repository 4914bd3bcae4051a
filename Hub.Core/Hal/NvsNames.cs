using System;

namespace Hub.Core.Hal;

/// <summary>The rule for names in <see cref="INvs"/>. Thread: any.</summary>
public static class NvsNames
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 40;

    /// <summary>Throws <see cref="ArgumentException"/> unless the name holds 1 to 40 characters of a-z, 0-9, '.', '-' and '_'.</summary>
    public static void Check(string name)
    {
        if (name == null || name.Length == 0 || name.Length > MaxLength)
        {
            throw new ArgumentException("a storage name must have 1 to 40 characters");
        }

        char[] characters = name.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            bool isGood = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
            if (!isGood)
            {
                throw new ArgumentException("a storage name may hold only a-z, 0-9, '.', '-' and '_', not '" + name + "'");
            }
        }
    }
}
