using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Reports everything each second in the newer form, and accepts other addresses of files.</summary>
[TestClass]
public class BambuP2SContractTests : BambuContract
{
    protected override string Model => "P2S";
}
