using System;
using Hub.Core.Hal;

namespace Hub.Tests.Hal;

/// <summary>A medium that loses its power after a number of steps: every written byte is one, and every other change.</summary>
internal abstract class CutMedium
{
    /// <summary>Steps until the cut.</summary>
    public int StepsLeft { get; set; } = int.MaxValue;

    /// <summary>True when the next step is a byte of a write.</summary>
    public bool WasCutInWrite { get; private set; }

    /// <summary>True where a process can be killed while the medium keeps what it was given.</summary>
    public abstract bool CanKill { get; }

    /// <summary>What the program sees; a new one after every restart.</summary>
    public abstract INvsFiles Open();

    public abstract CutMedium Copy();

    /// <summary>The power goes and comes back: what had not reached the medium is lost, torn or there.</summary>
    public abstract void LosePower(Random random);

    /// <summary>Counts steps; fewer than asked when the cut comes first, which <see cref="CutIfOver"/> then throws.</summary>
    protected int Take(int steps, bool isWrite)
    {
        int taken = Math.Min(steps, StepsLeft);
        StepsLeft -= taken;
        WasCutInWrite = isWrite;
        return taken;
    }

    /// <summary>One step that is done whole or not at all.</summary>
    protected void Step() => CutIfOver(Take(1, isWrite: false), 1);

    protected static void CutIfOver(int taken, int asked)
    {
        if (taken < asked)
        {
            throw new PowerCut();
        }
    }
}
