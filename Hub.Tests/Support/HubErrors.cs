using System;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>Checks of errors.</summary>
internal static class HubErrors
{
    /// <summary>Runs an action that must fail with this code, with a one-line message that contains no secret of a test.</summary>
    public static HubException Fails(ErrorCode code, Action action)
    {
        HubException error = Assert.ThrowsExactly<HubException>(action);
        Assert.AreEqual(code, error.Code, error.Message);
        Assert.DoesNotContain("\n", error.Message, "one line");
        Assert.DoesNotContain("Traceback", error.Message, "no traceback of a server");
        Assert.DoesNotContain("obviously-fake", error.ToString(), "no secret");
        return error;
    }
}
