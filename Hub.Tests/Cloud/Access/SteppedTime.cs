using System;

namespace Hub.Tests.Cloud.Access;

/// <summary>A time that stands still until the test moves it. Timers are real.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
