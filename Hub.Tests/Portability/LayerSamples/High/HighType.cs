using System;
using System.Diagnostics.CodeAnalysis;
using Hub.Tests.Portability.LayerSamples.Low;

namespace Hub.Tests.Portability.LayerSamples.High;

internal delegate void HighDelegate();

internal interface IHigh;

/// <summary>What <see cref="LowType"/> must not use; it uses that one itself, as it may. Scanned, never run.</summary>
internal class HighType
{
    public static int Total = 1;

    public static int Count() => new LowType().Call();
}

[SuppressMessage("Design", "CA1032", Justification = "samples")]
internal sealed class HighException : Exception;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class HighAttribute : Attribute;
