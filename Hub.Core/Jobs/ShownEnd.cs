using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>The end of a job as a printer shows it. Two that are equal are taken for the same end. Immutable; thread: any.</summary>
internal sealed class ShownEnd
{
    /// <summary>The printer shows no end.</summary>
    public static readonly ShownEnd None = new ShownEnd(0, 0, null);

    private const int KindTag = 1;
    private const int NameTag = 2;
    private const int KeyTag = 3;

    private readonly long _name;
    private readonly string? _key;

    private ShownEnd(int kind, long name, string? key)
    {
        Kind = kind;
        _name = name;
        _key = key;
    }

    /// <summary>The <see cref="JobEventKind"/> of the outcome; 0 for none.</summary>
    public int Kind { get; }

    /// <summary>What a report shows.</summary>
    public static ShownEnd Of(JobEventKind outcome, PrinterStatus status) => new ShownEnd((int)outcome, Digest(status.Job), status.JobKey);

    /// <summary>Reads the stored form.</summary>
    public static ShownEnd Read(FieldReader fields)
    {
        int kind = 0;
        long name = 0;
        string? key = null;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case KindTag:
                    kind = (int)fields.Number;
                    break;
                case NameTag:
                    name = fields.Number;
                    break;
                case KeyTag:
                    key = fields.Text;
                    break;
            }
        }

        return new ShownEnd(kind, name, key);
    }

    /// <summary>Writes the stored form.</summary>
    public void Write(FieldWriter fields)
    {
        fields.Put(KindTag, Kind);
        fields.Put(NameTag, _name);
        fields.Put(KeyTag, _key);
    }

    /// <summary>True unless something of it differs. A key that one of the two lacks says nothing.</summary>
    public bool IsSame(ShownEnd other) => Kind == other.Kind && _name == other._name && JobKeys.AreSame(_key, other._key);

    /// <summary>FNV-1a of a name, never 0: a name is compared here and never shown, so it need not be stored. 0 for none.</summary>
    private static long Digest(string? name)
    {
        if (name == null)
        {
            return 0;
        }

        uint digest = 2166136261;
        char[] characters = name.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            digest = (digest ^ characters[i]) * 16777619;
        }

        return (long)digest + 1;
    }
}
