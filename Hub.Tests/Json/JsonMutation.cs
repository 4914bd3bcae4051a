using System;

namespace Hub.Tests.Json;

/// <summary>Small damages to a document.</summary>
internal static class JsonMutation
{
    /// <summary>Changes, drops, doubles or swaps a few bytes; what is put in is the given byte or one of the document's own.</summary>
    public static byte[] Apply(byte[] json, Random random, int filler)
    {
        byte[] mutated = (byte[])json.Clone();
        int damages = random.Next(1, 4);
        for (int i = 0; i < damages && mutated.Length > 1; i++)
        {
            mutated = Damage(mutated, random, (byte)filler);
        }

        return mutated;
    }

    private static byte[] Damage(byte[] json, Random random, byte filler)
    {
        int at = random.Next(json.Length);
        int other = random.Next(json.Length);
        switch (random.Next(5))
        {
            case 0:
                json[at] = filler;
                return json;
            case 1:
                json[at] = json[other];
                return json;
            case 2:
                (json[at], json[other]) = (json[other], json[at]);
                return json;
            case 3:
                return [.. json.AsSpan(0, at), .. json.AsSpan(at + 1)];
            default:
                return [.. json.AsSpan(0, at), json[other], .. json.AsSpan(at)];
        }
    }
}
