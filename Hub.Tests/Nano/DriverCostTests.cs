using Hub.Core.Drivers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>What the managed digests cost.</summary>
[TestClass]
public class DriverCostTests
{
    private readonly byte[] _block = new byte[4096];

    [TestMethod]
    public void Digests_Of4KiB_PrintTheirTimes()
    {
        Cost.Time("MD5 of 4 KiB", 50, () => Md5.Compute(_block, 0, _block.Length));
        Cost.Time("SHA-1 of 4 KiB", 50, () => Sha1.Compute(_block, 0, _block.Length));
        Cost.Time("SHA-256 of 4 KiB", 50, () => Sha256.Compute(_block, 0, _block.Length));
    }
}
