using System;
using Hub.Core.Errors;

namespace Hub.Tests.Hal;

/// <summary>Thrown by a medium whose power went; no HubException, so that nothing takes it for an answer of the medium.</summary>
internal sealed class PowerCut : Exception
{
    public PowerCut()
        : base("the power is cut")
    {
    }
}
