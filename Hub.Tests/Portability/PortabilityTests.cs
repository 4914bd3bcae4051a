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
    [DataRow(nameof(ForbiddenSamples.MissingMember), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.MissingType), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.MissingOverload), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.PlatformSocket), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.PlatformStream), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.DecimalLocal), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.Linq), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.GenericList), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.GenericDelegate), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.GenericMethod), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.NullableNumber), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.TupleReturn), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.SpanParameter), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.ExchangeOutsideEvent), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.TwoDimensions), Rules.Arrays)]
    [DataRow(nameof(ForbiddenSamples.EnumToString), Rules.EnumText)]
    [DataRow(nameof(ForbiddenSamples.EnumConcatenated), Rules.EnumText)]
    [DataRow(nameof(ForbiddenSamples.EnumFormatted), Rules.EnumText)]
    [DataRow(nameof(ForbiddenSamples.StringIndexedInFor), Rules.StringIndexing)]
    [DataRow(nameof(ForbiddenSamples.StringIndexedInWhile), Rules.StringIndexing)]
    [DataRow(nameof(ForbiddenSamples.StringInForeach), Rules.StringIndexing)]
    [DataRow(nameof(ForbiddenSamples.StringSwitch), Rules.StringIndexing)]
    [DataRow(nameof(ForbiddenSamples.CheckedAdd), Rules.Checked)]
    [DataRow(nameof(ForbiddenSamples.CheckedCast), Rules.Checked)]
    [DataRow(nameof(ForbiddenSamples.VolatileRead), Rules.Volatile)]
    [DataRow(nameof(ForbiddenSamples.StackArray), Rules.Unsafe)]
    [DataRow(nameof(ForbiddenSamples.GreaterReal), Rules.NotANumber)]
    [DataRow(nameof(ForbiddenSamples.GreaterOrEqualReal), Rules.NotANumber)]
    [DataRow(nameof(ForbiddenSamples.NotGreaterRealInCondition), Rules.NotANumber)]
    [DataRow(nameof(ForbiddenSamples.GreaterOrEqualRealInCondition), Rules.NotANumber)]
    [DataRow(nameof(ForbiddenSamples.ArrayOfType), Rules.Native)]
    [DataRow(nameof(ForbiddenSamples.RethrowAfterCatchingCall), Rules.Rethrow)]
    [DataRow(nameof(ForbiddenSamples.RethrowAfterUnknownCall), Rules.Rethrow)]
    [DataRow(nameof(ForbiddenSamples.ExceptionFilter), Rules.Filter)]
    [DataRow(nameof(ForbiddenSamples.FinallyWithCatchingCall), Rules.Finally)]
    [DataRow(nameof(ForbiddenSamples.UsingOfCatchingDispose), Rules.Finally)]
    public void Scan_ForbiddenMethod_ReportsItsRule(string name, string rule) => AssertReported(Samples.ScanMethod(name), rule, name);

    [TestMethod]
    [DataRow(nameof(ForbiddenSamples.GenericClass<>), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.IInterfaceWithBody), Rules.InterfaceBody)]
    [DataRow(nameof(ForbiddenSamples.AsyncClass), Rules.StateMachine)]
    [DataRow(nameof(ForbiddenSamples.IteratorClass), Rules.StateMachine)]
    [DataRow(nameof(ForbiddenSamples.VolatileField), Rules.Volatile)]
    [DataRow(nameof(ForbiddenSamples.GenericBase), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.GenericEvent), Rules.Generics)]
    [DataRow(nameof(ForbiddenSamples.MissingAttribute), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.MissingCatch), Rules.Api)]
    [DataRow(nameof(ForbiddenSamples.NativeCall), Rules.Unsafe)]
    [DataRow(nameof(ForbiddenSamples.StaticOfAnother), Rules.StaticInitialiser)]
    public void Scan_ForbiddenType_ReportsItsRule(string name, string rule) => AssertReported(Samples.ScanType(name), rule, name);

    [TestMethod]
    public void Scan_PinnedLocal_IsReported() => AssertReported(Samples.ScanEmitted(Samples.EmitPinnedLocal), Rules.Unsafe, "Emitted");

    [TestMethod]
    public void Scan_FunctionPointerCall_IsReported() => AssertReported(Samples.ScanEmitted(Samples.EmitCalli), Rules.Unsafe, "Emitted");

    [TestMethod]
    public void Scan_PortableCode_ReportsNothing()
    {
        PortabilityScanner scanner = Samples.ScanType(nameof(AllowedSamples.Portable), typeof(AllowedSamples));
        Assert.IsEmpty(scanner.Violations, string.Join(Environment.NewLine, scanner.Violations));
        Assert.IsGreaterThan(20, scanner.LookedUp);
    }

    [TestMethod]
    public void Violation_Text_NamesPlaceMemberAndAdvice()
    {
        string text = Samples.ScanMethod(nameof(ForbiddenSamples.MissingMember)).Violations.First(v => v.Rule == Rules.Api).ToString();

        StringAssert.Contains(text, "ForbiddenSamples.MissingMember");
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
