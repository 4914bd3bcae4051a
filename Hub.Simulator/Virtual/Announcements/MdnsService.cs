using System.Collections.Generic;

namespace Hub.Simulator.Virtual.Announcements;

/// <summary>One service as DNS-SD announces it (RFC 6763).</summary>
/// <param name="Type">Such as _octoprint._tcp.local.</param>
/// <param name="Instance">Full name, the type included.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Txt">Its properties, each key=value.</param>
public sealed record MdnsService(string Type, string Instance, int Port, IReadOnlyList<string> Txt);
