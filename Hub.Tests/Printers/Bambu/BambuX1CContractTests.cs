using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Reports everything each second.</summary>
[TestClass]
public class BambuX1CContractTests : BambuContract
{
    protected override string Model => "X1C";
}
