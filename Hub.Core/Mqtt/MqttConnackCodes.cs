using Hub.Core.Errors;

namespace Hub.Core.Mqtt;

/// <summary>The errors for a CONNACK's return codes (MQTT 3.1.1 section 3.2.2.3). Thread: any.</summary>
public static class MqttConnackCodes
{
    /// <summary>The error for a refusal.</summary>
    /// <param name="peer">Host and port, for the message.</param>
    /// <param name="code">1 to 5.</param>
    public static HubException Refusal(string peer, int code)
    {
        switch (code)
        {
            case 1:
                return new HubException(ErrorCode.NotSupported, peer + " does not support MQTT 3.1.1");
            case 2:
                return new HubException(ErrorCode.Refused, peer + " refuses the hub's MQTT client id");
            case 3:
                return new HubException(ErrorCode.ServerError, peer + " reports that its MQTT service is unavailable at the moment");
            case 4:
                return new HubException(ErrorCode.AuthRejected, peer + " refuses the user name or password; check them (a printer's access code may have changed)");
            default:
                return new HubException(ErrorCode.AuthRejected, peer + " does not authorize this user; check user name and password (a printer's access code may have changed)");
        }
    }
}
