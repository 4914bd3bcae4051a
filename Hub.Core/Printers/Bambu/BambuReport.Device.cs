using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <content>
/// "device" of H2, P2, X2 and newer X1 firmware: temperatures packed as current (low 16 bits) and target (high 16 bits),
/// one per extruder; extruder.state has the active extruder.
/// </content>
internal sealed partial class BambuReport
{
    private const int MaxReasonBytes = 300;

    /// <summary>Neither half of it is a temperature.</summary>
    private const long NoSensor = uint.MaxValue;

    private bool _hasExtruder;
    private double _plainNozzle;
    private double _plainTarget;
    private long _bedTemp;

    private void BeginDevice()
    {
        _hasExtruder = false;
        _bedTemp = -1;
        _plainNozzle = _next.Nozzle;
        _plainTarget = _next.NozzleTarget;
    }

    /// <summary>
    /// The device's temperatures take precedence over the plain ones of the same report. Those know one nozzle only, and not always the active
    /// one: where there are two, they are ignored (ha-bambulab 1238).
    /// </summary>
    private void EndDevice()
    {
        int active = Active(_next);
        if (active >= 0 && _hasExtruder)
        {
            _next.Nozzle = Current(_next.Extruder(active));
            _next.NozzleTarget = Target(_next.Extruder(active));
        }
        else if (_next.Extruders > 1)
        {
            _next.Nozzle = _plainNozzle;
            _next.NozzleTarget = _plainTarget;
        }

        if (_bedTemp >= 0)
        {
            _next.Bed = Current(_bedTemp);
            _next.BedTarget = Target(_bedTemp);
        }
    }

    private void ReadDevice()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            if (key != BambuKeys.Bed && key != BambuKeys.Ctc && key != BambuKeys.Extruder)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                if (key == BambuKeys.Extruder)
                {
                    ReadExtruder();
                }
                else
                {
                    ReadHeater(key == BambuKeys.Bed);
                }
            }
        }
    }

    /// <summary>bed.info.temp or ctc.info.temp, the chamber.</summary>
    private void ReadHeater(bool isBed)
    {
        while (Reader.Read() == JsonToken.Name)
        {
            if (BambuKeys.Names.IndexOf(Reader) != BambuKeys.Info)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                long temp = ReadTemp();
                if (temp >= 0 && isBed)
                {
                    _bedTemp = temp;
                    _hasBed = true;
                }
                else if (temp >= 0)
                {
                    _next.DeviceChamber = Current(temp);
                }
            }
        }
    }

    /// <summary>print.info.temp: the chamber of X1 with newer firmware.</summary>
    private void ReadPrintInfo()
    {
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        long temp = ReadTemp();
        if (temp >= 0)
        {
            _next.DeviceChamber = Current(temp);
        }
    }

    /// <summary>Inside an object: its packed "temp", or -1 without one.</summary>
    private long ReadTemp()
    {
        long temp = -1;
        while (Reader.Read() == JsonToken.Name)
        {
            bool isTemp = BambuKeys.Names.IndexOf(Reader) == BambuKeys.Temp;
            Reader.Read();
            temp = isTemp ? Packed() : temp;
            Reader.Skip();
        }

        return temp;
    }

    private void ReadExtruder()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuKeys.Info && Reader.Token == JsonToken.ArrayStart)
            {
                ReadExtruders();
            }
            else if (key == BambuKeys.State && Reader.TryParseInt64(out long state) && state >= 0)
            {
                // Low 4 bits count the extruders, the next 4 name the active one (BambuStudio, DevExtruderSystem.cpp).
                _hasExtruder = true;
                _next.Selected = (int)((state >> 4) & 0xF);
            }

            Reader.Skip();
        }
    }

    private void ReadExtruders()
    {
        _hasExtruder = true;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token == JsonToken.ObjectStart)
            {
                ReadOneExtruder();
            }
            else
            {
                Reader.Skip();
            }
        }
    }

    private void ReadOneExtruder()
    {
        long id = -1;
        long temp = -1;
        long snow = -1;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuKeys.Id && Reader.TryParseInt64(out long value))
            {
                id = value;
            }
            else if (key == BambuKeys.Snow)
            {
                snow = Reader.TryParseInt64(out long slot) && slot >= 0 && slot <= ushort.MaxValue ? slot : -1;
            }
            else if (key == BambuKeys.Temp)
            {
                temp = Packed();
            }

            Reader.Skip();
        }

        if (id >= 0 && id < BambuValues.MaxExtruders && temp >= 0)
        {
            _next.SetExtruder((int)id, temp);
        }

        if (id >= 0 && id < BambuValues.MaxExtruders && snow >= 0)
        {
            ChangedTrays().SetSlotNow((int)id, BambuTrays.SlotOfPacked(snow));
        }
    }

    /// <summary>The nozzle that is selected, else the one that is heated, or -1 without any.</summary>
    internal static int Active(BambuValues values)
    {
        int selected = values.Selected;
        if (selected >= 0 && selected < BambuValues.MaxExtruders && values.Extruder(selected) >= 0)
        {
            return selected;
        }

        int found = -1;
        for (int i = BambuValues.MaxExtruders - 1; i >= 0; i--)
        {
            long packed = values.Extruder(i);
            if (packed >= 0 && (found < 0 || 0 < Target(packed) || !(0 < Target(values.Extruder(found)))))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>What came as packed temperatures; anything else is one of no sensor.</summary>
    private long Packed() => Reader.TryParseInt64(out long value) && value >= 0 && value <= uint.MaxValue ? value : NoSensor;

    internal static double Current(long packed) => Temperature(packed & 0xFFFF);

    internal static double Target(long packed) => Temperature((packed >> 16) & 0xFFFF);
}
