using System;
using System.Linq;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Hub.Tests.Portability;

/// <summary>Hub.Core, as compiled for the laptop, holds nothing that nanoFramework 1.x lacks or runs differently.</summary>
[TestClass]
public sealed class PortabilityTests
{
    [TestMethod]
    public void HubCore_Compiled_FitsTheBoard()
    {
        using AssemblyDefinition core = AssemblyDefinition.ReadAssembly(typeof(HubException).Assembly.Location, Samples.Resolving());
        StringAssert.Contains(
            (string)core.CustomAttributes.Single(a => a.AttributeType.Name == "TargetFrameworkAttribute").ConstructorArguments[0].Value,
            ".NETStandard,Version=v2.0");

        PortabilityScanner scanner = new();
        scanner.ScanAssembly(core);

        Assert.IsGreaterThan(500, scanner.LookedUp, "the scanner saw too little of Hub.Core");
        Assert.IsEmpty(scanner.Violations, Environment.NewLine + string.Join(Environment.NewLine, scanner.Violations));
    }

    [TestMethod]
    [DataRow(nameof(Sins.MissingMember), Rules.Api)]
    [DataRow(nameof(Sins.MissingType), Rules.Api)]
    [DataRow(nameof(Sins.MissingOverload), Rules.Api)]
    [DataRow(nameof(Sins.PlatformSocket), Rules.Api)]
    [DataRow(nameof(Sins.PlatformStream), Rules.Api)]
    [DataRow(nameof(Sins.DecimalLocal), Rules.Api)]
    [DataRow(nameof(Sins.Linq), Rules.Generics)]
    [DataRow(nameof(Sins.GenericList), Rules.Generics)]
    [DataRow(nameof(Sins.GenericDelegate), Rules.Generics)]
    [DataRow(nameof(Sins.GenericMethod), Rules.Generics)]
    [DataRow(nameof(Sins.NullableNumber), Rules.Generics)]
    [DataRow(nameof(Sins.TupleReturn), Rules.Generics)]
    [DataRow(nameof(Sins.SpanParameter), Rules.Generics)]
    [DataRow(nameof(Sins.ExchangeOutsideEvent), Rules.Generics)]
    [DataRow(nameof(Sins.TwoDimensions), Rules.Arrays)]
    [DataRow(nameof(Sins.EnumToString), Rules.EnumText)]
    [DataRow(nameof(Sins.EnumConcatenated), Rules.EnumText)]
    [DataRow(nameof(Sins.EnumFormatted), Rules.EnumText)]
    [DataRow(nameof(Sins.StringIndexedInFor), Rules.StringIndexing)]
    [DataRow(nameof(Sins.StringIndexedInWhile), Rules.StringIndexing)]
    [DataRow(nameof(Sins.StringInForeach), Rules.StringIndexing)]
    [DataRow(nameof(Sins.StringSwitch), Rules.StringIndexing)]
    [DataRow(nameof(Sins.CheckedAdd), Rules.Checked)]
    [DataRow(nameof(Sins.CheckedCast), Rules.Checked)]
    [DataRow(nameof(Sins.VolatileRead), Rules.Volatile)]
    [DataRow(nameof(Sins.StackArray), Rules.Unsafe)]
    [DataRow(nameof(Sins.RethrowAfterCatchingCall), Rules.Rethrow)]
    [DataRow(nameof(Sins.RethrowAfterUnknownCall), Rules.Rethrow)]
    public void Scan_SinfulMethod_ReportsItsRule(string name, string rule) => AssertReported(Samples.ScanMethod(name), rule, name);

    [TestMethod]
    [DataRow(nameof(Sins.GenericClass<>), Rules.Generics)]
    [DataRow(nameof(Sins.IInterfaceWithBody), Rules.InterfaceBody)]
    [DataRow(nameof(Sins.AsyncClass), Rules.StateMachine)]
    [DataRow(nameof(Sins.IteratorClass), Rules.StateMachine)]
    [DataRow(nameof(Sins.VolatileField), Rules.Volatile)]
    [DataRow(nameof(Sins.GenericBase), Rules.Generics)]
    [DataRow(nameof(Sins.GenericEvent), Rules.Generics)]
    [DataRow(nameof(Sins.MissingAttribute), Rules.Api)]
    [DataRow(nameof(Sins.MissingCatch), Rules.Api)]
    [DataRow(nameof(Sins.NativeCall), Rules.Unsafe)]
    public void Scan_SinfulType_ReportsItsRule(string name, string rule) => AssertReported(Samples.ScanType(name), rule, name);

    [TestMethod]
    public void Scan_PinnedLocal_IsReported() => AssertReported(Samples.ScanEmitted(Samples.EmitPinnedLocal), Rules.Unsafe, "Emitted");

    [TestMethod]
    public void Scan_FunctionPointerCall_IsReported() => AssertReported(Samples.ScanEmitted(Samples.EmitCalli), Rules.Unsafe, "Emitted");

    [TestMethod]
    public void Scan_PortableCode_ReportsNothing()
    {
        PortabilityScanner scanner = Samples.ScanType(nameof(Virtues.Virtuous), typeof(Virtues));
        Assert.IsEmpty(scanner.Violations, string.Join(Environment.NewLine, scanner.Violations));
        Assert.IsGreaterThan(20, scanner.LookedUp);
    }

    [TestMethod]
    public void Violation_Text_NamesPlaceMemberAndAdvice()
    {
        string text = Samples.ScanMethod(nameof(Sins.MissingMember)).Violations.First(v => v.Rule == Rules.Api).ToString();

        StringAssert.Contains(text, "Sins.MissingMember");
        StringAssert.Contains(text, "M:System.String.Replace(System.String,System.String)");
        StringAssert.Contains(text, "write it by hand");
    }

    [TestMethod]
    public void Equivalents_AgainstTheLists_AreStillNeeded()
    {
        string[] needless = [.. BoardApi.Equivalents.Where(BoardApi.IsRecorded)];
        Assert.IsEmpty(needless, "recorded by now, remove: " + string.Join(", ", needless));
    }

    private static void AssertReported(PortabilityScanner scanner, string rule, string name) =>
        Assert.IsTrue(
            scanner.Violations.Any(v => v.Rule == rule && v.Where.Contains(name, StringComparison.Ordinal)),
            $"no {rule} at {name}, only: {string.Join(Environment.NewLine, scanner.Violations)}");
}
