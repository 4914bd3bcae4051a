using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <content>print.ams: which filament changers there are, and what of their slots stands beside them.</content>
internal sealed partial class BambuReport
{
    private const int MaxBitDigits = 7;

    /// <summary>tray_now without any filament.</summary>
    private const int NoTray = 255;

    private int _listedUnits;
    private int _unitBits;

    private void BeginUnits()
    {
        _listedUnits = -1;
        _unitBits = -1;
        _hasSpools = false;
    }

    private void ReadChangers()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuTrayKeys.Names.IndexOf(Reader);
            Reader.Read();
            switch (key)
            {
                case BambuTrayKeys.Ams:
                    _listedUnits = Reader.Token == JsonToken.ArrayStart ? ReadUnits() : _listedUnits;
                    break;
                case BambuTrayKeys.AmsExistBits:
                    _unitBits = ReadBits();
                    ChangedTrays().UnitBits = _unitBits;
                    break;
                case BambuTrayKeys.TrayExistBits:
                    ChangedTrays().TrayBits = ReadBits();
                    break;
                case BambuTrayKeys.PowerOnFlag:
                    ChangedTrays().HasPowerOnFlag = Reader.Token == JsonToken.True;
                    break;
                case BambuTrayKeys.TrayNow:
                    ChangedTrays().TrayNow = Reader.TryParseInt64(out long now) && now >= 0 && now < NoTray ? (int)now : now == NoTray ? BambuTrays.NothingLoaded : -1;
                    break;
                default:
                    break;
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
    private int ReadBits()
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
}
