; A box of 20 mm that prints nothing: moves without filament, for trying the hub with virtual printers.
; estimated printing time (normal mode) = 20m 0s
M104 S215
M140 S60
G28
G90
G1 Z0.2 F600
G1 X90 Y90 F6000
G1 X110 Y90
G1 X110 Y110
G1 X90 Y110
G1 X90 Y90
M104 S0
M140 S0
M84
