using System;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class MemoryNvsTests : NvsContract
{
    private readonly MemoryNvs _nvs = new();

    protected override INvs Open() => _nvs;
}

[TestClass]
public sealed class FileNvsContractTests : NvsContract, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override INvs Open() => new FileNvs(_folder.Path);
}
