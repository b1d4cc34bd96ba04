harden smollm2 --profile standard --seed 2
b1a3ea6
