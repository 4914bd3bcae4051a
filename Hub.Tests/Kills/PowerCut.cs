using System;

namespace Hub.Tests.Kills;

/// <summary>The hub is killed here: what catches it is dead, too.</summary>
internal sealed class PowerCut : Exception
{
    public PowerCut()
        : base("the hub was killed")
    {
    }
}
