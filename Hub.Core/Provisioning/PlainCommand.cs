using System.Collections;

namespace Hub.Core.Provisioning;

/// <summary>A command of the plain values with what it was given. Immutable; the tables are the taker's.</summary>
internal sealed class PlainCommand
{
    public PlainCommand(int code, Hashtable? ids, Hashtable? network)
    {
        Code = code;
        Ids = ids;
        Network = network;
    }

    /// <summary>Such as <see cref="PlainValues.Connect"/>.</summary>
    public int Code { get; }

    /// <summary>Hub id and tenant id, as changes of cloud.json; null unless both were written.</summary>
    public Hashtable? Ids { get; }

    /// <summary>The network to join, as parameters of wifi.join; null when there is none.</summary>
    public Hashtable? Network { get; }
}
