using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <content>print.ams: which filament changers there are. What is in them is skipped.</content>
internal sealed partial class BambuReport
{
    private static readonly JsonNames s_changers = new JsonNames(new[] { "ams" });
    private static readonly JsonNames s_changer = new JsonNames(new[] { "id" });

    /// <summary>A list comes whole; without one (P1 and A1 send what changed) the former one stays.</summary>
    private void ReadChangers()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_changers.IndexOf(Reader);
            Reader.Read();
            if (key == 0 && Reader.Token == JsonToken.ArrayStart)
            {
                _next.Units = ReadUnits();
            }

            Reader.Skip();
        }
    }

    private int ReadUnits()
    {
        int mask = 0;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token == JsonToken.ObjectStart)
            {
                mask = BambuUnits.With(mask, ReadUnit());
            }
            else
            {
                Reader.Skip();
            }
        }

        return mask;
    }

    /// <returns>The unit's id, or -1.</returns>
    private long ReadUnit()
    {
        long id = -1;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_changer.IndexOf(Reader);
            Reader.Read();
            if (key == 0 && Reader.TryParseInt64(out long value))
            {
                id = value;
            }

            Reader.Skip();
        }

        return id;
    }
}
