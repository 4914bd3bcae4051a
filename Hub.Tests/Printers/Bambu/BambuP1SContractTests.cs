using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Reports what changed, and prints plain G-code.</summary>
[TestClass]
public class BambuP1SContractTests : BambuContract
{
    protected override string Model => "P1S";

    protected override bool PrintsProjects => false;
}
