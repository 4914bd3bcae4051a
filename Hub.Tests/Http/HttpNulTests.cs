using System;
using Hub.Core;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Http;

/// <summary>Texts with a NUL, which cannot exist on the board: a string ends there.</summary>
[TestClass]
public sealed class HttpNulTests
{
    [TestMethod]
    public void AddHeader_Nul_IsRefused()
    {
        HttpRequest request = new("GET", "/");
        Assert.ThrowsExactly<ArgumentException>(() => request.AddHeader("A\0", "c"));
        Assert.ThrowsExactly<ArgumentException>(() => request.AddHeader("A", "b\0"));
        Assert.ThrowsExactly<ArgumentException>(() => request.AddHeader("A", new Secret("b\0")));
    }

    [TestMethod]
    public void Constructor_NulInTheTarget_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new HttpRequest("GET", "/a\0"));
}
