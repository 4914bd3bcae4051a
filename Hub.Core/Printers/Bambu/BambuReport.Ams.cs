using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <content>print.ams: which filament changers there are. Their contents are skipped.</content>
internal sealed partial class BambuReport
{
    private const int MaxBitDigits = 7;

    private int _listedUnits;
    private int _unitBits;

    private void BeginUnits()
    {
        _listedUnits = -1;
        _unitBits = -1;
    }

    private void ReadChangers()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuKeys.Ams && Reader.Token == JsonToken.ArrayStart)
            {
                _listedUnits = ReadUnits();
            }
            else if (key == BambuKeys.AmsExistBits)
            {
                _unitBits = ReadUnitBits();
            }

            Reader.Skip();
        }
    }

    /// <summary>
    /// A full report lists all units, one of changes (msg 1) only those that changed (bambuddy <c>bambu_mqtt.py</c>, _handle_ams_data);
    /// there, ams_exist_bits shows which are gone. Without a full report before, the units stay unknown.
    /// </summary>
    private void EndUnits()
    {
        if (!_isPartial)
        {
            _next.Units = _listedUnits >= 0 ? _listedUnits : _next.Units;
            return;
        }

        if (_next.Units >= 0)
        {
            int known = _listedUnits >= 0 ? _next.Units | _listedUnits : _next.Units;
            _next.Units = _unitBits >= 0 ? BambuUnits.Present(known, _unitBits) : known;
        }
    }

    /// <returns>The hexadecimal text as a number, or -1.</returns>
    private int ReadUnitBits()
    {
        int length = Reader.Token == JsonToken.String && Reader.ValueLength <= MaxBitDigits ? Reader.CopyString(_hex) : 0;
        int bits = length > 0 ? 0 : -1;
        for (int i = 0; i < length && bits >= 0; i++)
        {
            int digit = HexDigit(_hex[i]);
            bits = digit < 0 ? -1 : (bits << 4) | digit;
        }

        return bits;
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
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuKeys.Id && Reader.TryParseInt64(out long value))
            {
                id = value;
            }

            Reader.Skip();
        }

        return id;
    }
}
