using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <content>Filament: the trays of the units, and the external spools.</content>
internal sealed partial class BambuReport
{
    private const int TraysOfUnit = 4;

    /// <summary>home_flag: the printer measures what is left on a spool with a tag (pybambu <c>const.py</c>, AMS_CALIBRATE_REMAINING).</summary>
    private const int MeasuringBit = 0x80;

    /// <summary>Bits 8 to 11 of a unit's info are its extruder; 14 is a unit that is not ready (BambuStudio DevFilaSystem.cpp).</summary>
    private const int ExtruderShift = 8;
    private const int Unsaid = -1;

    private readonly FilamentTexts _filamentTexts = new FilamentTexts();
    private readonly uint[] _colors = new uint[FilamentTexts.MaxColors];
    private readonly uint[] _oneColor = new uint[1];
    private readonly BambuTray[] _unitTrays = { new BambuTray(), new BambuTray(), new BambuTray(), new BambuTray() };
    private readonly long[] _unitTrayIds = new long[TraysOfUnit];
    private BambuTrays _spareTrays = new BambuTrays();
    private int _trayVersion;
    private bool _hasSpools;

    /// <summary>The slots, to be changed. They are copied only for a message that says something about them: few do.</summary>
    private BambuTrays ChangedTrays()
    {
        if (!ReferenceEquals(_next.Trays, _spareTrays))
        {
            _spareTrays.CopyFrom(_next.Trays);
            _spareTrays.Begin();
            _next.Trays = _spareTrays;
        }

        return _spareTrays;
    }

    private void EndTrays()
    {
        if (!ReferenceEquals(_next.Trays, _spareTrays))
        {
            return;
        }

        _spareTrays.End(WasFull, _listedUnits >= 0, _hasSpools, _next.Units);
        _trayVersion++;
        _spareTrays.Version = _trayVersion;
        _spareTrays = _values.Trays;
    }

    private void ReadHomeFlag()
    {
        if (Reader.TryParseInt64(out long flags))
        {
            ChangedTrays().IsMeasuring = (flags & MeasuringBit) != 0;
        }
    }

    /// <summary>A unit: its trays may come before its id.</summary>
    /// <returns>The unit's id, or -1.</returns>
    private long ReadUnit()
    {
        long id = -1;
        int trays = -1;
        int info = Unsaid;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuTrayKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuTrayKeys.Id && Reader.TryParseInt64(out long value))
            {
                id = value;
            }
            else if (key == BambuTrayKeys.Info)
            {
                info = ReadLowBits();
            }
            else if (key == BambuTrayKeys.Tray && Reader.Token == JsonToken.ArrayStart)
            {
                trays = ReadTrays();
            }

            Reader.Skip();
        }

        if (info != Unsaid)
        {
            ChangedTrays().SetNozzle(id, (info >> ExtruderShift) & 0xF);
        }

        for (int i = 0; i < trays; i++)
        {
            MergeTray(BambuTrays.PlaceOf(id, _unitTrayIds[i]), _unitTrays[i]);
        }

        return id;
    }

    /// <summary>The trays of a unit into <see cref="_unitTrays"/>; more than a unit can have are skipped.</summary>
    private int ReadTrays()
    {
        int count = 0;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token == JsonToken.ObjectStart && count < TraysOfUnit)
            {
                _unitTrayIds[count] = ReadTray(_unitTrays[count]);
                count++;
            }
            else
            {
                Reader.Skip();
            }
        }

        return count;
    }

    /// <summary>vt_tray: the external spool of printers that have no vir_slot.</summary>
    private void ReadOnlySpool()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        ReadTray(_unitTrays[0]);
        MergeTray(BambuTrays.OnlySpool, _unitTrays[0]);
        _hasSpools = true;
    }

    /// <summary>vir_slot: the external spool of each nozzle, 255 the right or only one's, 254 the left one's.</summary>
    private void ReadSpools()
    {
        if (Reader.Token != JsonToken.ArrayStart)
        {
            return;
        }

        _hasSpools = true;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token != JsonToken.ObjectStart)
            {
                Reader.Skip();
                continue;
            }

            long id = ReadTray(_unitTrays[0]);
            int place = id == BambuTrays.SlotOf(BambuTrays.RightSpool) ? BambuTrays.RightSpool
                : id == BambuTrays.SlotOf(BambuTrays.LeftSpool) ? BambuTrays.LeftSpool : -1;
            MergeTray(place, _unitTrays[0]);
        }
    }

    private void MergeTray(int place, BambuTray read)
    {
        if (place >= 0)
        {
            ChangedTrays().Take(place).Merge(read);
        }
    }

    /// <returns>The tray's id, or -1.</returns>
    private long ReadTray(BambuTray into)
    {
        long id = -1;
        int cols = 0;
        bool hasMain = false;
        into.Clear();
        into.Came = BambuTray.CameItself;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuTrayKeys.Names.IndexOf(Reader);
            Reader.Read();
            into.Came |= key == BambuTrayKeys.Id || key == BambuTrayKeys.State ? 0 : BambuTray.CameContent;
            switch (key)
            {
                case BambuTrayKeys.Id:
                    id = Reader.TryParseInt64(out long value) ? value : -1;
                    break;
                case BambuTrayKeys.TrayType:
                    into.Came |= BambuTray.CameType;
                    into.Type = _filamentTexts.Type(Reader);
                    break;
                case BambuTrayKeys.TrayColor:
                    into.Came |= BambuTray.CameColors;
                    hasMain = _filamentTexts.TryColor(Reader, out _oneColor[0]);
                    break;
                case BambuTrayKeys.Cols:
                    cols = ReadColors();
                    into.Came |= cols > 0 ? BambuTray.CameColors : 0;
                    break;
                case BambuTrayKeys.Remain:
                    into.Came |= BambuTray.CameRemain;
                    into.Remain = Reader.TryParseInt64(out long percent) && percent >= 0 && percent <= 100 ? (int)percent : -1;
                    break;
                case BambuTrayKeys.TagUid:
                    into.Came |= BambuTray.CameTag;
                    into.HasTag = HasDigits();
                    break;
                default:
                    break;
            }

            Reader.Skip();
        }

        into.Colors = cols > 1 || !hasMain ? _filamentTexts.Colors(_colors, cols) : _filamentTexts.Colors(_oneColor, 1);
        return id;
    }

    /// <summary>cols: all colours of a spool; none of them when one is broken or there are too many.</summary>
    private int ReadColors()
    {
        if (Reader.Token != JsonToken.ArrayStart)
        {
            return 0;
        }

        int count = 0;
        bool isGood = true;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            isGood = isGood && count < _colors.Length && _filamentTexts.TryColor(Reader, out _colors[count]);
            count += isGood ? 1 : 0;
            Reader.Skip();
        }

        return isGood ? count : 0;
    }

    /// <summary>True for a tag_uid that is not all zeros.</summary>
    private bool HasDigits()
    {
        int length = Reader.Token == JsonToken.String ? Reader.CopyString(_hex) : 0;
        for (int i = 0; i < length; i++)
        {
            if (_hex[i] != '0')
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>The low 16 bits of a hexadecimal text, or <see cref="Unsaid"/>.</returns>
    private int ReadLowBits()
    {
        int length = Reader.Token == JsonToken.String && Reader.ValueLength <= _hex.Length ? Reader.CopyString(_hex) : 0;
        int bits = length > 0 ? 0 : Unsaid;
        for (int i = 0; i < length && bits != Unsaid; i++)
        {
            int digit = HexDigit(_hex[i]);
            bits = digit < 0 ? Unsaid : ((bits << 4) | digit) & 0xFFFF;
        }

        return bits;
    }
}
