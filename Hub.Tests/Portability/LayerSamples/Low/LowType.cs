using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Hub.Tests.Portability.LayerSamples.High;

namespace Hub.Tests.Portability.LayerSamples.Low;

/// <summary>One member for each way to use a type. Scanned, never run.</summary>
[SuppressMessage("Performance", "CA1805", Justification = "samples")]
[SuppressMessage("Performance", "CA1822", Justification = "samples")]
[SuppressMessage("Performance", "CA1823", Justification = "samples")]
internal sealed class LowType
{
    public HighType? Field = null;

    public event HighDelegate? Event;

    public HighType? Property => null;

    public static HighType? Result() => null;

    public void Parameter(HighType value) => GC.KeepAlive(value);

    public void Local(object value)
    {
        HighType[] made = [];
        GC.KeepAlive(made);
        GC.KeepAlive(value);
    }

    public int Call() => HighType.Count();

    public int ReadsField() => HighType.Total;

    public object Makes() => new HighType();

    public bool Cast(object value) => value is HighType;

    public object GenericArgument() => new List<HighType>();

    public object GenericCall() => Array.Empty<HighType>();

    public void Catch()
    {
        try
        {
            GC.KeepAlive(this);
        }
        catch (HighException)
        {
            Event?.Invoke();
        }
    }

    [High]
    public void Attribute()
    {
    }

    [SuppressMessage("Design", "CA1018", Justification = "samples")]
    public void Lambda() => GC.KeepAlive((Func<int>)(() => HighType.Count()));

    public Type TypeOf() => typeof(HighType);

    public void Constraint<T>()
        where T : HighType
    {
    }

    /// <summary>Uses its own folder alone.</summary>
    public LowType Own() => this;

    internal sealed class Base : HighType;

    internal sealed class Interface : IHigh;
}
