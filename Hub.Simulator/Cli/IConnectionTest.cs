using System;
using System.Collections.Generic;

namespace Hub.Simulator.Cli;

/// <summary>What "printers test" does with one kind of printer.</summary>
internal interface IConnectionTest : IDisposable
{
    /// <summary>The steps, each built on the one before.</summary>
    IEnumerable<TestStep> Steps { get; }
}
