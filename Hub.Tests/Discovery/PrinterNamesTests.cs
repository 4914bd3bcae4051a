using Hub.Core.Discovery;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class PrinterNamesTests
{
    [TestMethod]
    [DataRow("OctoPrint instance \"Mk3 left\"", "Mk3 left")]
    [DataRow("OctoPrint instance on octopi", "octopi")]
    [DataRow("PrusaLink at mk3", "mk3")]
    [DataRow("Moonraker @ voron", "voron")]
    [DataRow("Moonraker-cf69394c @ voron", "voron")]
    [DataRow("Moonraker-cf69394c @ ", "Moonraker-cf69394c @ ")]
    [DataRow("Moonraker of Bob @ home", "Moonraker of Bob @ home")]
    [DataRow("Moonraker", "Moonraker")]
    [DataRow("Voron @ home", "Voron @ home")]
    public void Short_NameOfAServer_IsWhatTellsItFromTheNext(string name, string expected) => Assert.AreEqual(expected, PrinterNames.Short(name));
}
