namespace Hub.Core.Printers.Bambu;

/// <summary>A slot of a filament changer, or an external spool, as the printer's reports describe it. Thread: one owner.</summary>
internal sealed class BambuTray
{
    /// <summary>Bits of <see cref="Came"/>.</summary>
    public const int CameType = 1;
    public const int CameColors = 2;
    public const int CameRemain = 4;
    public const int CameTag = 8;

    /// <summary>Anything besides the number of the slot and its state.</summary>
    public const int CameContent = 16;

    /// <summary>The slot itself.</summary>
    public const int CameItself = 32;

    /// <summary>What stood in the last message that had trays.</summary>
    public int Came { get; set; }

    /// <summary>True while the printer lists the slot.</summary>
    public bool IsListed { get; set; }

    /// <summary>Material, or null.</summary>
    public string? Type { get; set; }

    /// <summary>Its colours, or null.</summary>
    public string[]? Colors { get; set; }

    /// <summary>remain as it came, or -1.</summary>
    public int Remain { get; set; } = -1;

    /// <summary>True for a spool with Bambu's RFID tag, without which nothing is measured.</summary>
    public bool HasTag { get; set; }

    /// <summary>Forgets what is in the slot.</summary>
    public void Forget()
    {
        Type = null;
        Colors = null;
        Remain = -1;
        HasTag = false;
    }

    /// <summary>Forgets the slot.</summary>
    public void Clear()
    {
        Forget();
        IsListed = false;
        Came = 0;
    }

    /// <summary>
    /// Merges what a message says. One that lists the slot with its number and state alone says that its content is not known: so
    /// do reports about a slot that was emptied, or whose spool was replaced by one without a tag (ha-bambulab pull requests 1857 and
    /// 2023). Another material is another spool.
    /// </summary>
    public void Merge(BambuTray read)
    {
        IsListed = true;
        Came |= read.Came;
        bool hasType = (read.Came & CameType) != 0;
        if ((read.Came & CameContent) == 0 || (hasType && read.Type != Type))
        {
            Forget();
        }

        Type = hasType ? read.Type : Type;
        Colors = (read.Came & CameColors) != 0 ? read.Colors : Colors;
        Remain = (read.Came & CameRemain) != 0 ? read.Remain : Remain;

        // Partial reports have empty tags of spools that do have one (bambuddy bambu_mqtt.py).
        HasTag = (read.Came & CameTag) != 0 && (read.HasTag || hasType) ? read.HasTag : HasTag;
    }

    /// <summary>A full report says all there is: what it lacks is no longer known.</summary>
    public void EndFull()
    {
        Type = (Came & CameType) != 0 ? Type : null;
        Colors = (Came & CameColors) != 0 ? Colors : null;
        Remain = (Came & CameRemain) != 0 ? Remain : -1;
        HasTag = HasTag && (Came & CameTag) != 0;
    }

    public void CopyFrom(BambuTray other)
    {
        Came = other.Came;
        IsListed = other.IsListed;
        Type = other.Type;
        Colors = other.Colors;
        Remain = other.Remain;
        HasTag = other.HasTag;
    }
}
