using System;
using System.Linq;
using System.Reflection;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Configuration;

/// <summary>Every property counts, those of a later day too.</summary>
[TestClass]
public class PrinterConfigSameTests
{
    private static readonly string[] s_besideTheLink =
        [nameof(PrinterConfig.Name), nameof(PrinterConfig.PollMs), nameof(PrinterConfig.RequireClearBed),
        nameof(PrinterConfig.IsClearBedSet), nameof(PrinterConfig.ReadOnly), nameof(PrinterConfig.FollowAddress)];

    [TestMethod]
    public void IsSame_EqualValues_IsTrue()
    {
        Assert.IsTrue(Full().IsSame(Full()));
        Assert.IsTrue(PrinterSystems.HaveSameLink(Full(), Full()));
        Assert.IsTrue(new PrinterConfig().IsSame(new PrinterConfig()));
    }

    [TestMethod]
    public void IsSame_AnyValueDiffers_IsFalseAndOnlySomeLeaveTheLink()
    {
        foreach (PropertyInfo property in typeof(PrinterConfig).GetProperties().Where(p => p.CanWrite))
        {
            PrinterConfig other = Full();
            property.SetValue(other, Other(property.GetValue(other)!));
            Assert.IsFalse(Full().IsSame(other), property.Name);
            Assert.IsFalse(other.IsSame(Full()), property.Name);
            Assert.AreEqual(s_besideTheLink.Contains(property.Name), PrinterSystems.HaveSameLink(Full(), other), property.Name);
        }
    }

    [TestMethod]
    public void HaveSameLink_ValueGone_IsFalse()
    {
        foreach (PropertyInfo property in typeof(PrinterConfig).GetProperties().Where(p => p.CanWrite && !p.PropertyType.IsValueType && p.Name != nameof(PrinterConfig.Name)))
        {
            PrinterConfig other = Full();
            property.SetValue(other, null);
            Assert.IsFalse(PrinterSystems.HaveSameLink(Full(), other), property.Name);
            Assert.IsFalse(PrinterSystems.HaveSameLink(other, Full()), property.Name);
        }
    }

    [TestMethod]
    public void IsSame_AnyTlsOptionDiffers_IsFalse()
    {
        foreach (PropertyInfo property in typeof(TlsOptions).GetProperties())
        {
            TlsOptions other = Full().Tls!;
            property.SetValue(other, Other(property.GetValue(other)!));
            Assert.IsFalse(Full().Tls!.IsSame(other), property.Name);
        }
    }

    [TestMethod]
    [DataRow(PrinterTypes.PrusaLink)]
    [DataRow(PrinterTypes.Bambu)]
    public void HaveSameLink_PollIntervalThatTheClientGoesBy_IsPartOfIt(string type)
    {
        PrinterConfig one = new PrinterConfig { Type = type };
        PrinterConfig other = new PrinterConfig { Type = type, PollMs = 30000 };
        Assert.IsFalse(PrinterSystems.HaveSameLink(one, other));
    }

    private static PrinterConfig Full() => new PrinterConfig
    {
        Id = "a",
        Name = "A",
        Type = PrinterTypes.Moonraker,
        Url = "http://a",
        Host = "a",
        Serial = "S",
        Model = "M",
        ApiKey = new Secret("fake-key"),
        User = "u",
        Password = new Secret("fake-password"),
        AccessCode = new Secret("fake-code"),
        Tls = new TlsOptions { ServerName = "s", CaPem = "c", PinSha256 = "p" },
    };

    private static object Other(object value) => value switch
    {
        string text => text + "x",
        bool flag => !flag,
        int number => number + 1,
        Secret secret => new Secret(secret.Reveal() + "x"),
        TlsOptions => new TlsOptions { ServerName = "s", CaPem = "c", PinSha256 = "other" },
        _ => throw new InvalidOperationException(value.GetType().Name),
    };
}
